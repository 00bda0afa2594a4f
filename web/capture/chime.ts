import type { Gesture } from './api.ts'

/** Gestures during which the person does not see the screen. */
const blind: readonly Gesture[] = ['BLINK', 'TURN_LEFT', 'TURN_RIGHT', 'LOOK_UP']

/** @param gesture null: the person looks ahead */
export const hidesScreen = (gesture: Gesture | null): boolean => gesture !== null && blind.includes(gesture)

/** Two rising tones, in hertz, one after the other. */
const tones = [660, 880]
const toneSeconds = 0.14
const vibrationMs = 120

/** Tells a person who does not see the screen that the picture is taken. It helps, and nothing waits for it. */
export class Chime {
  isOn = true
  #context: AudioContext | null = null

  /** Browsers let a page sound only after a press: called then. */
  wake(): void {
    try {
      this.#context ??= new AudioContext()
      this.#context.resume().catch(() => undefined)
    } catch {
      // A browser without sound still vibrates.
    }
  }

  ring(): void {
    if (!this.isOn) return
    try {
      navigator.vibrate?.(vibrationMs)
      if (this.#context) play(this.#context)
    } catch {
      // The picture is taken all the same.
    }
  }

  close(): void {
    this.#context?.close().catch(() => undefined)
    this.#context = null
  }
}

function play(context: AudioContext): void {
  for (const [index, hertz] of tones.entries())
    sound(context, hertz, context.currentTime + index * toneSeconds)
}

function sound(context: AudioContext, hertz: number, at: number): void {
  const oscillator = context.createOscillator()
  const volume = context.createGain()
  oscillator.frequency.value = hertz
  // Faded in and out, which keeps it from clicking.
  volume.gain.setValueAtTime(0, at)
  volume.gain.linearRampToValueAtTime(0.25, at + 0.02)
  volume.gain.linearRampToValueAtTime(0, at + toneSeconds)
  oscillator.connect(volume).connect(context.destination)
  oscillator.start(at)
  oscillator.stop(at + toneSeconds)
}
